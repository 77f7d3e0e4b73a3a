namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>Another site that the pool knows.</summary>
/// <param name="MirrorUuid">Its identity; empty until its daemon was first heard.</param>
/// <param name="Site">Its name.</param>
/// <param name="Direction">0: receives; 1: sends; 2: both.</param>
/// <param name="User">Whom this site's daemon goes there as.</param>
/// <param name="LastSeen">In seconds since 1970; 0 if never.</param>
internal sealed record MirrorPeer(string MirrorUuid, string Site, int Direction, string User, long LastSeen);
