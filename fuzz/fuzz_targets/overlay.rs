#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _what_became_of_it = tailback_fuzz::overlay(data);
});
