using System.Net;
using System.Text.RegularExpressions;

namespace NodeAgent.Plugins.CephBackend.Clusters;

/// <summary>Client addresses, which Ceph writes in several ways: "v1:1.2.3.4:0/5", "[v2:..,v1:..]", "1.2.3.4:0/5".</summary>
internal static partial class Addresses
{
    /// <summary>The way in which the blocklist takes and lists them: one only, without a version; empty if there is none.</summary>
    public static string Normal(string address) => Pattern().Match(address).Value;

    /// <summary>One way of writing an address: the kernel and Ceph shorten those of IPv6 each by itself.</summary>
    public static string Canonical(string address) =>
        Normal(address).Split('/') is [var place, var nonce] && IPEndPoint.TryParse(place, out var known) ? $"{known}/{nonce}" : address;

    [GeneratedRegex(@"(\[[0-9a-fA-F:.]+\]|[0-9]+(\.[0-9]+){3}):[0-9]+/[0-9]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
