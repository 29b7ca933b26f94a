//! What holds for every input, tried on many.

mod bank;
mod grammars;
mod kpi;
mod matching;
mod whole;
