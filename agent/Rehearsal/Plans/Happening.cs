namespace NodeAgent.Rehearsal.Plans;

/// <summary>Something that is done to the cluster.</summary>
/// <param name="At">When, from the beginning.</param>
/// <param name="Kind">What.</param>
/// <param name="Node">To which node; empty if to none.</param>
/// <param name="Other">The other node; empty if there is none.</param>
/// <param name="Service">To which service; empty if to none.</param>
public sealed record Happening(TimeSpan At, HappeningKind Kind, string Node = "", string Other = "", string Service = "")
{
    /// <summary>How long it lasts; zero: until something ends it.</summary>
    public TimeSpan For { get; init; }

    /// <summary>What it is called where it was asked for; null: as its kind.</summary>
    public string? Word { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var about = string.Join(' ', new[] { Service, Node, Other }.Where(part => part.Length > 0));
        var length = For > TimeSpan.Zero ? FormattableString.Invariant($" for {For.TotalSeconds:0.##} s") : "";
        return FormattableString.Invariant($"{At.TotalSeconds:0.##} s: {Kind} {about}{length}");
    }
}
