//! Encodes one text: `encode WEIGHTS.safetensors VOCAB.txt TEXT`, prints the vector and the time.

use std::collections::HashMap;
use std::time::Instant;

use moflo_encoder::{Encoder, MAX_TOKENS, tokenize};

#[expect(clippy::print_stdout, reason = "printing is what this example is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut next = || args.next().ok_or("usage: encode WEIGHTS.safetensors VOCAB.txt TEXT");
    let (weights, vocab, text) = (next()?, next()?, next()?);
    let bytes = std::fs::read(weights)?;
    let vocab = std::fs::read_to_string(vocab)?;
    let ids: HashMap<&str, u16> = vocab.lines().zip(0..).collect();
    let encoder = Encoder::new(&bytes)?;
    let start = Instant::now();
    let tokens = tokenize(&text, MAX_TOKENS, |piece| ids.get(piece).copied());
    let vector = encoder.encode(&tokens);
    println!("{} pieces, {:.1} ms", tokens.len(), start.elapsed().as_secs_f64() * 1e3);
    println!("{}", vector.iter().map(|v| format!("{v:.5}")).collect::<Vec<_>>().join(" "));
    Ok(())
}
