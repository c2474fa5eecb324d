//! `AUTODIFF_DUMP=<folder>`: the IR and the generated Rust of each function, for people to read.
use crate::{
    analysis::{Facts, report},
    emit::Derivatives,
    ir::*,
};
use proc_macro2::TokenStream;
use std::{fs, path::PathBuf};
use syn::ItemFn;

pub(crate) fn write(item: &ItemFn, func: &Func, facts: [&Facts; 2], made: &Derivatives, companion: &TokenStream) {
    let Some(folder) = std::env::var_os("AUTODIFF_DUMP").map(PathBuf::from) else { return };
    let name = item.sig.ident.to_string();
    // what can't be written is not worth failing a build for
    let _ = fs::create_dir_all(&folder);
    let Derivatives { forward, reverse, once } = made;
    let mut ir = vec![
        ("primal", print::block(&func.vars, &func.body)),
        ("what is kept", report(func, facts[0])),
        ("forward mode", print::block(&forward.vars, &forward.body)),
        ("forward sweep", print::block(&reverse.vars, &reverse.forward)),
        ("reverse sweep", print::block(&reverse.vars, &reverse.pullback)),
    ];
    if let Some(once) = once {
        let both = Block { stmts: [&once.forward.stmts[..], &once.pullback.stmts[..]].concat() };
        ir.push(("what is kept where the seed is known", report(func, facts[1])));
        ir.push(("both sweeps at once", print::block(&once.vars, &both)));
    }
    let text: String = ir.iter().map(|(title, body)| format!("# {title}\n{body}\n")).collect();
    let _ = fs::write(folder.join(format!("{name}.ir")), text);
    let rust = match syn::parse2::<syn::File>(companion.clone()) {
        Ok(file) => prettyplease::unparse(&file).replace("::autodiff_core::rules::", "rules::"),
        Err(_) => companion.to_string(),
    };
    let _ = fs::write(folder.join(format!("{name}.rs")), rust);
}
