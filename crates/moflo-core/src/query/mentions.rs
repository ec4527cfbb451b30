//! Which files the places and modules of a query mean.

use super::classify::Place;
use super::selected::Selected;
use super::weights;
use crate::store::Store;

/// How well the places and modules of the query fit each path; empty when there are none.
pub(super) fn mentioned(
    store: &Store,
    places: &[Place],
    modules: &[Vec<String>],
    selected: &Selected,
) -> Vec<f32> {
    if places.is_empty() && modules.is_empty() {
        return Vec::new();
    }
    let mut out = vec![0.0_f32; selected.slots()];
    for (order, place) in places.iter().enumerate() {
        // The further from where it happened, the less a frame says.
        let nearness = 1.0 - 0.6 * order as f32 / places.len() as f32;
        let wanted: Vec<&str> = place.path.rsplit('/').collect();
        let mut best = Best::default();
        for file in store.manifest.files().filter(|file| selected.has(file.number() as usize)) {
            let path = file.path();
            let alike =
                path.rsplit('/').zip(&wanted).take_while(|(have, want)| have == *want).count();
            best.take(alike, file.number());
        }
        // A path from another machine has parts in front that are not ours. A file name alone
        // that belongs to a longer path proves little: every library has a `utils.py`.
        let fit = match best.parts {
            0 => continue,
            1 if wanted.len() > 1 => 0.3,
            _ => 1.0,
        };
        best.mark(nearness * fit, &mut out);
    }
    if !modules.is_empty() {
        let mut bests: Vec<Best> = modules.iter().map(|_| Best::default()).collect();
        let mut parts: Vec<&str> = modules.iter().flatten().map(String::as_str).collect();
        parts.sort_unstable();
        parts.dedup();
        for file in store.manifest.files().filter(|file| selected.has(file.number() as usize)) {
            let path = file.path();
            // Two parts of a path fit, so its folder is one of them; most files have another one.
            let folder = path.rsplit('/').nth(1).unwrap_or_default();
            if !parts.iter().any(|part| alike(folder, part)) {
                continue;
            }
            for (module, best) in modules.iter().zip(&mut bests) {
                best.take(fit(&path, module), file.number());
            }
        }
        for best in &bests {
            best.mark(weights::MODULE, &mut out);
        }
    }
    out
}

/// The files that fit one place best.
#[derive(Default)]
struct Best {
    /// How many parts of their paths are those of the place.
    parts: usize,
    files: Vec<u32>,
}

impl Best {
    fn take(&mut self, parts: usize, file: u32) {
        if parts > self.parts {
            self.parts = parts;
            self.files.clear();
        }
        if parts == self.parts && parts > 0 {
            self.files.push(file);
        }
    }

    /// Says it of the files, less when they are many.
    fn mark(&self, value: f32, out: &mut [f32]) {
        for file in &self.files {
            let known = &mut out[*file as usize];
            *known = known.max(value / (self.files.len() as f32).sqrt());
        }
    }
}

/// What may follow the module in `package.module.Class.method`.
const MEMBERS: usize = 2;

/// Returns how many parts at the end of a path are those of a dotted name, with or without members
/// behind; one alone is no more than a word, and counts as none.
fn fit(path: &str, module: &[String]) -> usize {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    // Such a file is what its folder is called.
    let stands_for_folder = matches!(stem, "__init__" | "mod" | "index" | "lib" | "main");
    let stem = (!stands_for_folder).then_some(stem);
    let parts = || stem.into_iter().chain(folder.rsplit('/'));
    (module.len().saturating_sub(MEMBERS)..=module.len())
        .map(|end| {
            let wanted = module[..end].iter().rev();
            parts().zip(wanted).take_while(|(have, want)| alike(have, want)).count()
        })
        .filter(|parts| *parts >= 2)
        .max()
        .unwrap_or_default()
}

/// Compares a part of a path with one of a module, whose letters are small and dashes low.
fn alike(part: &str, wanted: &str) -> bool {
    let same = |(have, want): (u8, u8)| {
        let have = if have == b'-' { b'_' } else { have.to_ascii_lowercase() };
        have == want
    };
    part.len() == wanted.len() && part.bytes().zip(wanted.bytes()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_name_fits_the_end_of_a_path() {
        for (path, name, expected) in [
            ("shop/core/cart.py", "shop.core.cart", 3),
            ("src/shop/core/cart.py", "shop.core.cart.Cart.add", 3),
            ("shop/core/cart.py", "core.cart.Cart", 2),
            ("shop/core/__init__.py", "shop.core.Cart", 2),
            ("crates/shop-core/src/cart.rs", "shop_core.src.cart", 3),
            ("lib/Shop/Cart.pm", "shop.cart", 2),
            ("shop/core/cart.py", "cart", 0),
            ("shop/core/cart.py", "other.cart", 0),
            ("shop/core/cart.py", "cart.add", 0),
            ("cart.py", "shop.core.cart", 0),
            ("shop/core/cart.py", "a.b.c.d", 0),
            ("", "a.b", 0),
        ] {
            let module: Vec<String> = name.split('.').map(str::to_owned).collect();
            assert_eq!(fit(path, &module), expected, "{path} {name}");
        }
    }
}
