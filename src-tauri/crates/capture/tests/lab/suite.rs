//! What a capture must do at any endpoint. Each test file of an endpoint calls all of it.
