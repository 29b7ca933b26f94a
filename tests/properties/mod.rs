//! What holds for every input, tried on many.

mod grammars;
mod matching;
mod whole;
