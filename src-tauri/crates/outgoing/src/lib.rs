//! What every way out to an address has in common that a person typed and that is no endpoint of Kinesis: which
//! addresses there may be, and how they are connected to.
//!
//! It sends nothing. It asks no proxy and reads no setting of the environment but the system's certificates.

mod address;
mod causes;
mod connector;

pub use address::{Address, AddressFault};
pub use causes::{chain, said};
pub use connector::{Connector, connector};
