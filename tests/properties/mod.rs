//! What holds for every input, tried on many.

mod bank;
mod cash;
mod grammars;
mod matching;
mod whole;
