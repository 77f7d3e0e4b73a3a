using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A name by the contract's rule.</summary>
internal sealed class NameKind(string what) : FieldKind
{
    public override string Rule => $"name: {Names.Rule}";

    public override Parsed Parse(string text) => Names.IsValid(text)
        ? Parsed.Ok(text)
        : Parsed.No($"'{text}' cannot be the name of a {what}", $"A name is {Names.Rule}");
}
