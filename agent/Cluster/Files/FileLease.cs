using NodeAgent.Contract;

namespace NodeAgent.Cluster.Files;

/// <summary>A lease of the file store.</summary>
/// <param name="Seconds">Its length.</param>
/// <param name="Ends">When, if nobody renews it. Starts anew when the store is opened: never early.</param>
internal sealed record FileLease(long Seconds, Instant Ends);
