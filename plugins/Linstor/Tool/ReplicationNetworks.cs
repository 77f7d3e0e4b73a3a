using System.Globalization;
using System.Net;

namespace NodeAgent.Plugins.LinstorBackend.Tool;

/// <summary>
/// The networks that DRBD's connections shall take, so that copying a volume takes nothing from the services' network. Only looked at: an
/// address is changed in the files of both nodes, and a connection that was wrong for a moment is worse than one that is slow.
/// </summary>
/// <param name="All">As they were written.</param>
internal sealed record ReplicationNetworks(IReadOnlyList<IPNetwork> All)
{
    private const int Most = 8;

    /// <summary>Reads "10.77.1.0/24,10.77.2.0/24"; null if one is none, or there twice.</summary>
    public static ReplicationNetworks? Parse(string text)
    {
        // Written as it is: "10.77.1.1/24" is an address with a length, and somebody may have meant the address.
        var words = text.Split(',', StringSplitOptions.TrimEntries);
        var read = words.Select(word => IPNetwork.TryParse(word, out var network) && network.ToString() == word ? network : (IPNetwork?)null)
            .OfType<IPNetwork>().Distinct().ToList();
        return words.Length <= Most && read.Count == words.Length ? new ReplicationNetworks(read) : null;
    }

    /// <summary>What connections take instead, each with what to change.</summary>
    /// <param name="shown">What the kernel has.</param>
    /// <param name="written">What the files say: paths of 9.x are only there by name.</param>
    /// <param name="nodes">The nodes that have copies; what only votes may be anywhere.</param>
    public IReadOnlyList<string> Judge(ShownOptions shown, ShownOptions written, IReadOnlyList<string> nodes)
    {
        List<string> paths = [.. written.Of("host").Where(host => nodes.Any(node => host.StartsWith(node + " ", StringComparison.Ordinal)))];
        List<string> told = paths.Count > 0 ? paths : [.. shown.Of("address"), .. written.Of("address")];
        var addresses = told.Select(Address).OfType<IPAddress>().Distinct().ToList();
        if (addresses.Count == 0)
        {
            return [$"option 'networks' says {this}, and neither kernel nor files say which addresses are used"];
        }

        List<string> wrong = [.. addresses.Where(address => !All.Any(network => network.Contains(address))).Select(address =>
            $"address {address} is in none of the networks of option 'networks' ({this}): copying takes another network. Change it in the files of both nodes, with LINSTOR by the property PrefNic, then 'drbdadm adjust'")];

        // Only 9.x can have more than one path.
        return [.. wrong, .. paths.Count == 0 ? [] : All.Where(network => !addresses.Any(network.Contains)).Select(network => $"no path goes through {network}, which option 'networks' names: without it there is none when the other fails")];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", All.Select(network => network.ToString()));

    // "ipv4 10.0.0.1:7789", "n1 address ipv4 10.0.0.1:7789", "ipv6 [fd00::1]:7789".
    private static IPAddress? Address(string value)
    {
        var last = value[(value.LastIndexOf(' ') + 1)..];
        return IPEndPoint.TryParse(last, out var end) && string.Create(CultureInfo.InvariantCulture, $":{end.Port}") is var port && last.EndsWith(port, StringComparison.Ordinal) ? end.Address : null;
    }
}
