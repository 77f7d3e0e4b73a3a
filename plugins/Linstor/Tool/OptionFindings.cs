namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>What is wrong with the options of a resource, each with the line to put.</summary>
/// <param name="Unsafe">With these, a copy could miss acknowledged writes, or two nodes write: nothing is promoted or certified.</param>
/// <param name="Slow">With these it works, and could be better.</param>
internal sealed record OptionFindings(IReadOnlyList<string> Unsafe, IReadOnlyList<string> Slow)
{
    /// <summary>Those of the unsafe with which this node's own disk may lose with the power what was acknowledged.</summary>
    public IReadOnlyList<string> Unflushed { get; init; } = [];

    /// <summary>Of those that are slow, what the kernel takes while the resource is in use: as it should be.</summary>
    public IReadOnlyList<OptionSetting> Settings { get; init; } = [];

    /// <summary>8.4: the addresses of the connection, this node's and the peer's, as the kernel shows them; null: it has none.</summary>
    public (string This, string Remote)? Ends { get; init; }

    /// <summary>There is an algorithm to compare both copies with.</summary>
    public bool CanVerify { get; init; }

    /// <summary>What the kernel shows as "resync-rate" of each volume.</summary>
    public IReadOnlyList<string> ResyncRates { get; init; } = [];

    /// <summary>What the kernel shows as "c-max-rate" of each volume.</summary>
    public IReadOnlyList<string> MaxRates { get; init; } = [];
}
