//! What holds for every input, tried on many.

mod bank;
mod grammars;
mod matching;
mod whole;
