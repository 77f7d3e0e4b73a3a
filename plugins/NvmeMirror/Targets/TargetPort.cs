using System.Globalization;
using System.Net;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Targets;

/// <summary>
/// Where one drive listens on one network. Each drive has a port of its own: with a shared one, a drive that is taken away
/// answers "never again" over what still listens for the others, and the writer's kernel fails its writes instead of
/// holding them. A closed port holds them.
/// </summary>
/// <param name="Network">0 or 1.</param>
/// <param name="Address">This node's address there.</param>
/// <param name="Number">The TCP port.</param>
internal sealed record TargetPort(int Network, IPAddress Address, int Number)
{
    /// <summary>The kernel's number of it: 16 bits, unique on the node.</summary>
    public string Id => ((2 * Number) + Network).ToString(CultureInfo.InvariantCulture);
}
