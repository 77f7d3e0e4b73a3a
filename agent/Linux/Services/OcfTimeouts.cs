using System.Globalization;
using System.Xml;
using System.Xml.Linq;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>How long an agent itself says that its actions may take.</summary>
internal static class OcfTimeouts
{
    private static readonly XmlReaderSettings NoFetching = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = 4_000_000 };

    /// <summary>The longest time given for each action.</summary>
    public static Outcome<IReadOnlyDictionary<string, TimeSpan>> Read(string agent, string text)
    {
        XElement? root;
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), NoFetching);
            root = XDocument.Load(reader).Root;
        }
        catch (XmlException wrong)
        {
            return Garbled(agent, wrong.Message);
        }

        if (root?.Name != "resource-agent" || root.Element("actions") is not { } actions)
        {
            return Garbled(agent, "it is not the description of an agent");
        }

        Dictionary<string, TimeSpan> timeouts = [];
        foreach (var action in actions.Elements("action"))
        {
            if (action.Attribute("name")?.Value is { } name && Seconds(action.Attribute("timeout")?.Value) is { } timeout)
            {
                timeouts[name] = timeouts.TryGetValue(name, out var other) && other > timeout ? other : timeout;
            }
        }

        return timeouts;
    }

    /// <summary>"20", "20s", "500ms", "2m", "2min", "1h"; null for anything else.</summary>
    internal static TimeSpan? Seconds(string? text)
    {
        text = text?.Trim() ?? string.Empty;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text[digits..].Trim() switch
        {
            "ms" or "msec" => TimeSpan.FromMilliseconds(number),
            "" or "s" or "sec" => TimeSpan.FromSeconds(number),
            "m" or "min" => TimeSpan.FromMinutes(number),
            "h" or "hr" => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    private static Fault Garbled(string agent, string why) => new(
        FaultCode.Unparseable, $"cannot understand the metadata of {agent}", why, "Reinstall the package that brings it.", Retry.AfterFix);
}
