using System.Text.Json;

namespace NodeAgent.Daemon.Plugins.Manifests;

/// <summary>Reads JSON into <see cref="JsonSpot"/>s.</summary>
internal ref struct JsonSpotReader
{
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;
    private long counted;
    private int line;

    private JsonSpotReader(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 8 });
        line = 1;
    }

    /// <summary>The document.</summary>
    /// <exception cref="JsonException">It is not JSON; the exception knows the line.</exception>
    public static JsonSpot Read(ReadOnlySpan<byte> bytes)
    {
        var spots = new JsonSpotReader(bytes);
        spots.Advance();
        var root = spots.Value();
        if (spots.reader.Read())
        {
            throw new JsonException("more than one value", null, spots.line - 1, 0);
        }

        return root;
    }

    private JsonSpot Value()
    {
        var at = line;
        var kind = reader.TokenType;
        switch (kind)
        {
            case JsonTokenType.StartObject:
                return new JsonSpot(at, kind, "") { Fields = Fields() };
            case JsonTokenType.StartArray:
                return new JsonSpot(at, kind, "") { Items = Items() };
            case JsonTokenType.String:
                return new JsonSpot(at, kind, Text());
            default:
                return new JsonSpot(at, kind, "");
        }
    }

    private List<JsonField> Fields()
    {
        var fields = new List<JsonField>();
        for (Advance(); reader.TokenType != JsonTokenType.EndObject; Advance())
        {
            var (name, at) = (Text(), line);
            Advance();
            fields.Add(new JsonField(name, at, Value()));
        }

        return fields;
    }

    private List<JsonSpot> Items()
    {
        var items = new List<JsonSpot>();
        for (Advance(); reader.TokenType != JsonTokenType.EndArray; Advance())
        {
            items.Add(Value());
        }

        return items;
    }

    private void Advance()
    {
        if (!reader.Read())
        {
            throw new JsonException("the file ends too early", null, line - 1, 0);
        }

        var until = reader.TokenStartIndex;
        line += bytes[(int)counted..(int)until].Count((byte)'\n');
        counted = until;
    }

    private readonly string Text()
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException wrong)
        {
            // Broken UTF-8 and lone surrogates are found only when the text is wanted.
            throw new JsonException("text that is not Unicode", null, line - 1, 0, wrong);
        }
    }
}
