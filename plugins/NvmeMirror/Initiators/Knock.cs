using System.Net;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

/// <summary>Whether anybody listens there.</summary>
/// <param name="from">The address to come from.</param>
/// <param name="to">The address and port to ask.</param>
/// <param name="cancellation">Stops waiting.</param>
internal delegate Task<bool> Knock(IPEndPoint from, IPEndPoint to, CancellationToken cancellation);
