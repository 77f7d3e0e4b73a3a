namespace NodeAgent.Contract;

/// <summary>
/// Units with a copy in another site: a cluster of storage of its own, which the storage's own mirroring follows, some time
/// behind. Nothing is promoted, thrown away or solved without an order.
/// </summary>
public interface ISiteMirrors
{
    /// <summary>
    /// How mirroring is, seen from this site: what is here, and what the other sites have reported. Changes nothing.
    /// </summary>
    /// <param name="unit">One unit, looked at closely: its newest mirrored instants are read from the volumes themselves. Null: all that are mirrored.</param>
    /// <param name="cancellation">Ends waiting.</param>
    Task<Outcome<SiteSight>> ReadSitesAsync(UnitId? unit, CancellationToken cancellation);

    /// <summary>What an order would do and cost, and what stands in its way. Changes nothing. No such unit: <see cref="FaultCode.NotFound"/>.</summary>
    Task<Outcome<SitePlan>> PlanSiteAsync(SiteOrder order, CancellationToken cancellation);

    /// <summary>
    /// Does what a plan says. What it rests on has changed, or something stands in its way: <see cref="FaultCode.PreconditionFailed"/>,
    /// and nothing is changed. Done already: done. Cut off half way, it is planned and given again.
    /// </summary>
    Task<Outcome> ApplySiteAsync(SitePlan plan, CancellationToken cancellation);
}
