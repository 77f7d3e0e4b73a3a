namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>The root of a server: scheme, host and port, and nothing after it.</summary>
internal sealed class UrlKind : FieldKind
{
    private const string Remedy = "Write it as https://10.0.1.11:7411";

    public override string Rule => "https://HOST:PORT, or http without encryption";

    public override Parsed Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            return Parsed.No($"'{text}' is not a URL of http or https", Remedy);
        }

        if (url.Host.Length == 0 || url.UserInfo.Length > 0 || url.PathAndQuery != "/" || url.Fragment.Length > 0)
        {
            return Parsed.No($"'{text}' is more, or less, than a scheme, a host and a port", Remedy);
        }

        // A port that was left out is that of the web, where no store listens.
        return url.Authority == url.Host ? Parsed.No($"'{text}' has no port", Remedy) : Parsed.Ok(url);
    }

    public override string Show(object value) => ((Uri)value).GetLeftPart(UriPartial.Authority);
}
