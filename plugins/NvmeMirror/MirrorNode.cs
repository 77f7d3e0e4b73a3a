using System.Net;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>One of the two nodes.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Addresses">Its addresses on the two replication networks.</param>
internal sealed record MirrorNode(NodeId Id, IReadOnlyList<IPAddress> Addresses);
