using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>An IP address of this node.</summary>
internal sealed class AddressKind : FieldKind
{
    public override string Rule => "IPv4 or IPv6 address";

    /// <summary>The address; null if the text is none. The framework's parser would take "10.1" and "0x7f000001" too.</summary>
    public static IPAddress? Read(string text)
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            return null;
        }

        var isOrdinary = address.AddressFamily == AddressFamily.InterNetworkV6
            ? !text.Contains('[', StringComparison.Ordinal)
            : address.ToString() == text;
        return isOrdinary ? address : null;
    }

    public override Parsed Parse(string text)
    {
        if (Read(text) is not { } address)
        {
            return Parsed.No($"'{text}' is not an IP address", "Write an address such as 10.0.0.11; names are not looked up");
        }

        var isOne = !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.IsIPv6Multicast
            && !address.Equals(IPAddress.Broadcast) && !IsMulticast(address);
        return isOne
            ? Parsed.Ok(address)
            : Parsed.No($"'{text}' is not the address of one node", "Write the address that this node has on this network");
    }

    private static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224;
}
