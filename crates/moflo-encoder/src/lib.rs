//! The optional second tier of the embedding: a forward pass of all-MiniLM-L6-v2.
//!
//! A sum of word vectors cannot tell that "browser refuses calls from another origin" is about
//! CORS; a transformer can. It costs a thousand times as much, so it is used for guidance only,
//! only when the user has installed the weights, and never needed.
//!
//! Pure: bytes of the weights and a word-piece lookup in, unit vectors out. Opens no file, starts
//! no thread.

mod forward;
mod gemm;
mod tokens;
mod weights;

pub use tokens::{CLS, SEP, UNKNOWN, tokenize};
pub use weights::WeightsError;

/// How many numbers an encoded text has.
pub const DIM: usize = 384;

/// How many word pieces of a text are read; the model was trained on texts of this length.
pub const MAX_TOKENS: usize = 256;

/// Names the model in an index, so that vectors of different models never meet.
pub const MODEL_ID: &str = "all-MiniLM-L6-v2/mean/384";

/// A model whose weights lie in memory, usually mapped from a file.
#[derive(Debug)]
pub struct Encoder<'a> {
    weights: weights::Weights<'a>,
}

impl<'a> Encoder<'a> {
    /// Reads the tensor table of a safetensors file; the numbers themselves stay where they are.
    ///
    /// # Errors
    ///
    /// Fails when the bytes are not a safetensors file, when a tensor of the model is missing, or
    /// when one has another shape or type than this model's.
    pub fn new(safetensors: &'a [u8]) -> Result<Self, WeightsError> {
        Ok(Self { weights: weights::Weights::parse(safetensors)? })
    }

    /// Encodes a text given as word-piece ids ([`tokenize`]) into a vector of unit length.
    pub fn encode(&self, ids: &[u16]) -> [f32; DIM] {
        let ids = &ids[..ids.len().min(MAX_TOKENS)];
        if ids.is_empty() {
            return [0.0; DIM];
        }
        forward::encode(&self.weights, ids)
    }
}
