//! What holds for every input, tried on many.

mod bank;
mod cash;
mod grammars;
mod kpi;
mod matching;
mod whole;
