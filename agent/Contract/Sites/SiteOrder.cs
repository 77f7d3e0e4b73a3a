namespace NodeAgent.Contract;

/// <summary>An order about a unit's mirroring between sites.</summary>
/// <param name="Unit">The unit, with all its volumes.</param>
/// <param name="Action">What is wanted.</param>
public sealed record SiteOrder(UnitId Unit, SiteAction Action)
{
    /// <summary>True if the host closes the unit on this node before it has the order done: that it is open here stands in no plan's way.</summary>
    public bool IsClosedFirst { get; init; }
}
