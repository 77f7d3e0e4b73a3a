using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Configuration.Schema;

/// <summary>A field with a single value.</summary>
internal sealed record ScalarField(string Name, FieldKind Kind, string Doc) : ConfigField(Name, Doc)
{
    /// <summary>The value as it would be written; null if there is none.</summary>
    public string? Default { get; init; }

    /// <summary>How the default comes about, where it is not a fixed value.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>A value for the sample, where there is no default.</summary>
    public string? Example { get; init; }

    /// <summary>True if it must be given.</summary>
    public bool Required { get; init; }

    /// <summary>When a change takes effect.</summary>
    public FieldEffect Effect { get; init; } = FieldEffect.Restart;

    /// <summary>True if it differs from node to node by nature; such fields do not count as drift.</summary>
    public bool PerNode { get; init; }
}
