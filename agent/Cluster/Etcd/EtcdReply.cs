using System.Text.Json;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Etcd;

/// <summary>What one try gave.</summary>
/// <param name="Body">The answer; null if there is none.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="NotDone">True if the question surely had no effect.</param>
/// <param name="TryOther">True if another member may answer better.</param>
/// <param name="AskedAt">Before it was sent.</param>
internal sealed record EtcdReply(JsonElement? Body, Fault? Fault, bool NotDone, bool TryOther, Instant AskedAt);
