namespace NodeAgent.Contract;

/// <summary>Another site that this one knows.</summary>
/// <param name="Site">Its name.</param>
/// <param name="Direction">"receives", "sends" or "both", seen from here.</param>
/// <param name="User">Whom this site's daemon comes to it as.</param>
/// <param name="LastSeen">When it was last heard of, if the storage says.</param>
public sealed record SitePeer(string Site, string Direction, string User, DateTimeOffset? LastSeen);
