//! Writing as the window asks for it, over HTTP against the embedded endpoint: nothing without a grant, each message
//! once, and no doubt hidden. A proxy stands between, which counts what reached the endpoint and spoils answers.

mod again;
mod composed;
mod desk;
mod drafts;
mod going_on;
mod grants;
mod imports;
mod killed;
