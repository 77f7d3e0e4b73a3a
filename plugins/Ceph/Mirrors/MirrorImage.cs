namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>An image of the pool that is mirrored, as librbd tells it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPrimary">Whether this site may write it.</param>
/// <param name="Sites">What each site said, this one with an empty identity.</param>
internal sealed record MirrorImage(string Name, bool IsPrimary, IReadOnlyList<MirrorSite> Sites)
{
    /// <summary>What this site's daemon said; null if nothing.</summary>
    public MirrorSite? Here => Sites.FirstOrDefault(site => site.MirrorUuid.Length == 0);

    /// <summary>What other sites' daemons said.</summary>
    public IEnumerable<MirrorSite> There => Sites.Where(site => site.MirrorUuid.Length > 0);
}
