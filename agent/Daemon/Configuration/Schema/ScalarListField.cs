using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A field with a list of single values, in an order that matters.</summary>
internal sealed record ScalarListField(string Name, FieldKind Kind, string DefaultInWords, string Doc) : ConfigField(Name, Doc)
{
    /// <summary>A list for the sample.</summary>
    public string Example { get; init; } = "[]";

    /// <summary>When a change takes effect.</summary>
    public FieldEffect Effect { get; init; } = FieldEffect.Restart;
}
