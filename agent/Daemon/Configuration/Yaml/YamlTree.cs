using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NodeAgent.Daemon.Configuration.Yaml;

/// <summary>
/// Builds the tree from the parser's events. Takes the plain part of YAML only: anchors, aliases and tags can make
/// a small file huge or a value something else than it looks like.
/// </summary>
internal sealed class YamlTree(IParser parser, string file, ProblemList problems)
{
    /// <summary>Deeper than any configuration; keeps mangled input off the stack.</summary>
    private const int MaxDepth = 16;

    private bool tooDeep;

    /// <summary>The content, empty if there is none; null after an error.</summary>
    public YamlMap? Read()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return new YamlMap(Place.StartOf(file), []);
        }

        parser.Consume<DocumentStart>();
        var root = ReadNode(string.Empty, 0);
        if (tooDeep)
        {
            return null;
        }

        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
        {
            problems.Error(PlaceOf(second.Start), ConfigProblem.WholeFile, "a second document begins here", "Put it into a file of its own in conf.d");
            return null;
        }

        return root switch
        {
            YamlMap map => map,
            YamlText { IsNothing: true } => new YamlMap(Place.StartOf(file), []),
            _ => Refuse(root),
        };
    }

    private YamlMap? Refuse(YamlNode root)
    {
        problems.Error(root.Place, ConfigProblem.WholeFile, $"is {root.Kind}, not a group of keys", "Begin with a key, such as 'node:'");
        return null;
    }

    private YamlNode ReadNode(string field, int depth)
    {
        var place = PlaceOf(parser.Current?.Start ?? Mark.Empty);
        if (depth > MaxDepth && !tooDeep)
        {
            tooDeep = true;
            problems.Error(place, field, "is nested too deeply", $"No field is deeper than {MaxDepth} levels");
        }

        if (tooDeep)
        {
            return new YamlText(place, string.Empty, Plain: true);
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            problems.Error(place, field, $"uses the alias '*{alias.Value}'", "Write the value out");
            return new YamlText(place, string.Empty, Plain: true);
        }

        // On mangled input the parser leaves a value out now and then.
        var next = parser.Current as NodeEvent ?? throw new YamlException(
            parser.Current?.Start ?? Mark.Empty, parser.Current?.End ?? Mark.Empty, "a value is missing here");
        RefuseDecoration(next, place, field);
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlText(place, scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any);
        }

        return parser.TryConsume<SequenceStart>(out _) ? ReadList(place, field, depth) : ReadMap(place, field, depth);
    }

    private YamlList ReadList(Place place, string field, int depth)
    {
        List<YamlNode> items = [];
        while (!tooDeep && !parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{field}[{items.Count}]", depth + 1));
        }

        return new YamlList(place, items);
    }

    private YamlMap ReadMap(Place place, string field, int depth)
    {
        parser.Consume<MappingStart>();
        Dictionary<string, YamlEntry> entries = [];
        while (!tooDeep && !parser.TryConsume<MappingEnd>(out _))
        {
            ReadEntry(entries, field, depth);
        }

        return new YamlMap(place, [.. entries.Values]);
    }

    private void ReadEntry(Dictionary<string, YamlEntry> entries, string field, int depth)
    {
        var key = ReadNode(field, depth + 1);
        if (tooDeep)
        {
            return;
        }

        var name = (key as YamlText)?.Text;
        var path = name is null ? field : field.Length == 0 ? name : $"{field}.{name}";
        var value = ReadNode(path, depth + 1);
        if (name is null)
        {
            problems.Error(key.Place, field, $"{key.Kind} stands where a key belongs", "Write 'key: value'");
        }
        else if (entries.TryGetValue(name, out var first))
        {
            problems.Error(key.Place, path, $"is set twice, first on line {first.Place.Line}", "Keep one of them");
        }
        else
        {
            entries.Add(name, new YamlEntry(name, key.Place, value));
        }
    }

    private void RefuseDecoration(NodeEvent node, Place place, string field)
    {
        if (!node.Anchor.IsEmpty)
        {
            problems.Error(place, field, $"defines the anchor '&{node.Anchor.Value}'", "Remove it and write values out");
        }

        if (!node.Tag.IsEmpty)
        {
            problems.Error(place, field, "has a type tag", "Remove it; the field's type is known");
        }
    }

    private Place PlaceOf(Mark mark) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
