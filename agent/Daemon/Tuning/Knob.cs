namespace NodeAgent.Daemon.Tuning;

/// <summary>A parameter of the ZFS module that a profile may set.</summary>
/// <param name="Name">As the module calls it.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Least">The smallest value that a profile may give.</param>
/// <param name="Most">The largest value that a profile may give.</param>
/// <param name="Default">What ZFS has by itself; null where it computes that from memory.</param>
/// <param name="Does">What it bounds.</param>
internal sealed record Knob(string Name, KnobUnit Unit, long Least, long Most, long? Default, string Does)
{
    private const string Lowest = "_min_active";
    private const string Highest = "_max_active";

    /// <summary>The knob that must not become smaller than this one; null if there is none.</summary>
    public string? Above => Name.EndsWith(Lowest, StringComparison.Ordinal) ? Name[..^Lowest.Length] + Highest : null;
}
