namespace NodeAgent.Core.Leases;

/// <summary>One inequality of the argument why two nodes never write one unit.</summary>
/// <param name="Name">What must hold, in words.</param>
/// <param name="Smaller">What must be the smaller side, or equal.</param>
/// <param name="Larger">What must be the larger side.</param>
/// <param name="Why">What would happen otherwise.</param>
/// <param name="Remedy">What to change if it does not hold.</param>
public sealed record TimingRule(string Name, TimeSpan Smaller, TimeSpan Larger, string Why, string Remedy)
{
    /// <summary>True if the rule is kept.</summary>
    public bool Holds => Smaller <= Larger;
}
