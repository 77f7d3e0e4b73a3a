namespace NodeAgent.Cluster.Mirror;

/// <summary>The mirror moved on.</summary>
/// <param name="View">All keys as they are now.</param>
/// <param name="Events">What changed since the step before, revision by revision; after a gap: the difference, at the revision of the reading.</param>
/// <param name="AfterGap">True if history between was lost: states in between were not seen.</param>
public sealed record MirrorStep(MirrorView View, IReadOnlyList<StoreEvent> Events, bool AfterGap);
