//! federation

pub mod signature;

pub mod vocabulary;
