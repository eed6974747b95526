//! The embedded endpoint and the order flow that runs on it, started once when somebody first asks.

use crate::{Engine, EngineError};
use demo::{Demo, DemoOptions};
use emulator::{Emulator, EmulatorOptions};

pub(crate) struct Demonstration {
    emulator: Emulator,
    demo: Demo,
}

impl Demonstration {
    pub async fn stop(self) {
        self.demo.stop().await;
        self.emulator.shutdown().await;
    }
}

/// How the order flow stands.
#[derive(Clone, Debug)]
pub struct DemoOverview {
    pub endpoint: String,
    pub status: demo::DemoStatus,
}

impl Engine {
    /// Starts the demo unless it runs, and says where it listens.
    pub(crate) async fn demo_endpoint(&self) -> Result<String, EngineError> {
        let mut demonstration = self.demonstration().lock().await;
        if let Some(running) = &*demonstration {
            return Ok(running.emulator.endpoint());
        }
        let emulator = Emulator::start(EmulatorOptions::default())
            .map_err(|error| EngineError::Demo(error.to_string()))?;
        let demo = Demo::start(
            &emulator,
            DemoOptions {
                seed: crate::engine::now().0.unsigned_abs(),
                ..DemoOptions::default()
            },
        )
        .await
        .map_err(|error| EngineError::Demo(error.to_string()))?;
        let endpoint = emulator.endpoint();
        *demonstration = Some(Demonstration { emulator, demo });
        Ok(endpoint)
    }

    /// `None` while the demo does not run.
    pub async fn demo(&self) -> Option<DemoOverview> {
        let demonstration = self.demonstration().lock().await;
        demonstration.as_ref().map(|running| DemoOverview {
            endpoint: running.emulator.endpoint(),
            status: running.demo.status(),
        })
    }

    /// # Errors
    /// [`EngineError::Input`] outside 1 to 5,000 events a second, or while the demo does not run.
    pub async fn set_demo_rate(&self, events_per_second: f64) -> Result<DemoOverview, EngineError> {
        if !(demo::RATE_MIN..=demo::RATE_MAX).contains(&events_per_second) {
            return Err(EngineError::Input(
                "the demo plays 1 to 5,000 events a second".to_owned(),
            ));
        }
        if let Some(running) = &*self.demonstration().lock().await {
            running.demo.set_rate(events_per_second);
        }
        self.demo()
            .await
            .ok_or_else(|| EngineError::Input("the demo is not running".to_owned()))
    }
}
