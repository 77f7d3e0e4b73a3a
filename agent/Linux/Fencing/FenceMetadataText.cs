using System.Xml;
using System.Xml.Linq;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Fencing;

/// <summary>Reads the XML that an agent describes itself with.</summary>
internal static class FenceMetadataText
{
    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 4_000_000 };

    public static Outcome<FenceMetadata> Read(string agent, string text)
    {
        XElement? root;
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), Strict);
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

        // An agent that nodes run themselves to come back after a boot is one that only takes access away.
        var cutsAccess = Named(actions, "action").Any(action =>
            action.Name == "on" && (IsSet(action.Element, "automatic") || IsSet(action.Element, "on_target")));
        return new FenceMetadata(
            agent,
            root.Attribute("shortdesc")?.Value ?? string.Empty,
            [.. Named(actions, "action").Select(action => action.Name)],
            root.Element("parameters") is { } parameters ? [.. Named(parameters, "parameter").Select(one => one.Name)] : [],
            cutsAccess);
    }

    private static IEnumerable<(string Name, XElement Element)> Named(XElement group, string kind) =>
        group.Elements(kind).Select(element => (element.Attribute("name")?.Value ?? string.Empty, element));

    private static bool IsSet(XElement element, string attribute) => element.Attribute(attribute)?.Value is "1" or "true";

    private static Fault Garbled(string agent, string why) => new(
        FaultCode.Unparseable, $"cannot understand the metadata of {agent}", why, $"Run {agent} -o metadata by hand.", Retry.AfterFix);
}
