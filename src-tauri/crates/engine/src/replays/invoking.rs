//! Permissions to invoke a function: what a person is asked, and what a yes is good for. One permission is for one
//! replay; it shows no dialog, the shell does.

use super::{Permission, setup::input, wanted::KeptInto};
use crate::{
    ConnectionId, Engine, EngineError, GRANT_LASTS, OpenedConnection, connections::Origin,
    engine::now,
};
use kinesis::{DialogAnswer, Function, InvokeQuestion, RuntimeEmulator};

/// A question that can be put to a person, about a function and whoever would invoke it.
#[derive(Clone, Debug)]
pub struct AskedToInvoke {
    through: OpenedConnection,
    question: InvokeQuestion,
}

impl AskedToInvoke {
    pub fn asked(&self) -> &InvokeQuestion {
        &self.question
    }

    /// Of the connection that will invoke, for people.
    pub fn connection_label(&self) -> String {
        self.through.choice.label()
    }
}

/// A function that a person allowed to be invoked.
#[derive(Debug)]
pub struct Invoking {
    pub(super) into: KeptInto,
    pub(super) function: Function,
}

impl Engine {
    /// What a person is to be asked before this function is invoked.
    pub async fn ask_to_invoke(
        &self,
        connection: ConnectionId,
        function: &str,
    ) -> Result<AskedToInvoke, EngineError> {
        let through = self.connection(connection)?;
        let name = input(function.parse())?;
        let patterns = self.production_patterns(&through.choice).await?;
        let question = through.connection.ask_to_invoke(name, &patterns).await?;
        Ok(AskedToInvoke { through, question })
    }

    /// Takes a person's yes for what it is: the permission to invoke this one function, for [`GRANT_LASTS`].
    ///
    /// # Errors
    /// [`kinesis::WriteError::FunctionNotTyped`].
    pub fn permit_invoking(
        &self,
        asked: AskedToInvoke,
        answer: DialogAnswer,
    ) -> Result<Permission, EngineError> {
        let into = KeptInto::Function {
            through: Origin::of(&asked.through),
            function: asked.question.name().as_str().to_owned(),
        };
        let function = Function::confirm(asked.question, answer, GRANT_LASTS, now)?;
        Ok(Permission::Invoke(Box::new(Invoking { into, function })))
    }

    /// As [`permit_invoking`](Self::permit_invoking), for the one function in a runtime interface emulator.
    pub fn permit_invoking_emulated(
        &self,
        address: &str,
        answer: DialogAnswer,
    ) -> Result<Permission, EngineError> {
        let emulator: RuntimeEmulator = address.parse()?;
        let into = KeptInto::LocalFunction {
            address: emulator.to_string(),
        };
        let function = Function::emulated(&emulator, answer, GRANT_LASTS, now);
        Ok(Permission::Invoke(Box::new(Invoking { into, function })))
    }
}
