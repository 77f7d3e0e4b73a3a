using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>An address and a port to listen on.</summary>
internal sealed class EndpointKind : FieldKind
{
    /// <summary>The text that switches the listener off.</summary>
    public const string Off = "off";

    private const string Remedy = "Write an address and a port, such as 127.0.0.1:9440 or [::1]:9440, or 'off'";

    public override string Rule => "address:port, [IPv6 address]:port, or off";

    public override Parsed Parse(string text)
    {
        if (text == Off)
        {
            return Parsed.Ok(Off);
        }

        var colon = text.LastIndexOf(':');
        if (colon <= 0)
        {
            return Parsed.No($"'{text}' has no port", Remedy);
        }

        var host = text[..colon];
        var inBrackets = host.StartsWith('[') && host.EndsWith(']');
        var address = AddressKind.Read(inBrackets ? host[1..^1] : host);
        if (address is null || inBrackets != (address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            return Parsed.No($"'{host}' is not an address to listen on", Remedy);
        }

        var port = text.AsSpan(colon + 1);
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535
            ? Parsed.Ok(new IPEndPoint(address, number))
            : Parsed.No($"'{port}' is not a port", "A port is a number from 1 to 65535");
    }
}
