using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using Spectre.Console;
using YamlDotNet.Serialization;

namespace NodeAgent.Daemon.Cli.Output;

/// <summary>Where verbs show things: data to standard output, everything else to standard error.</summary>
internal sealed class Screen
{
    // Wide enough that a pipe never sees a wrapped row.
    private const int PipeWidth = 400;
    private readonly IAnsiConsole output;
    private readonly IAnsiConsole errors;

    public Screen(OutputFormat format, TextWriter data, TextWriter messages, bool isTerminal, bool noColor)
    {
        Format = format;
        output = Make(data, isTerminal, noColor);
        errors = Make(messages, isTerminal, noColor);
        IsTerminal = isTerminal;
    }

    public OutputFormat Format { get; }

    public bool IsTerminal { get; }

    /// <summary>Shows a value: as it is for machines, through <paramref name="people"/> for people.</summary>
    public void Show<T>(T value, Action<T> people)
    {
        switch (Format)
        {
            case OutputFormat.Json:
                output.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(value, WireJson.Indented));
                break;
            case OutputFormat.Yaml:
                output.Profile.Out.Writer.Write(ToYaml(JsonSerializer.SerializeToElement(value, WireJson.Compact)));
                break;
            default:
                people(value);
                break;
        }
    }

    /// <summary>A table; heads in capitals, no lines, no wrapping where nobody watches.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder().Collapse();
        foreach (var head in heads)
        {
            table.AddColumn(new TableColumn(new Text(head.ToUpperInvariant(), new Style(decoration: Decoration.Bold))).PadRight(2).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => (Spectre.Console.Rendering.IRenderable)new Text(cell, StyleOf(cell))).ToArray());
        }

        output.Write(table);
    }

    /// <summary>A line of data.</summary>
    public void Line(string text, Style? style = null) => output.Write(new Text(text + Environment.NewLine, style));

    /// <summary>A line that is not data.</summary>
    public void Note(string text) => errors.Write(new Text(text + Environment.NewLine));

    /// <summary>A fault; gives the exit code.</summary>
    public int Fail(Fault fault)
    {
        if (Format == OutputFormat.Json)
        {
            errors.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(fault, WireJson.Indented));
        }
        else
        {
            errors.Write(new Text("error: ", new Style(Color.Red, decoration: Decoration.Bold)));
            errors.Write(new Text($"{fault.What}: {fault.Why}{(fault.Native is { Length: > 0 } native ? $" ({native})" : "")}{Environment.NewLine}"));
            if (fault.NextStep.Length > 0)
            {
                errors.Write(new Text($"hint: {fault.NextStep}{Environment.NewLine}"));
            }
        }

        return fault.Facts.ContainsKey("socket") ? ExitCode.AgentUnreachable : ExitCode.Of(fault.Code);
    }

    /// <summary>Puts the cursor to the top, for a screen that is shown again and again.</summary>
    public void Clear()
    {
        if (IsTerminal)
        {
            output.Clear();
        }
    }

    private static Style StyleOf(string cell) => cell switch
    {
        _ when cell.StartsWith('●') => new Style(Color.Green),
        _ when cell.StartsWith('▲') => new Style(Color.Yellow),
        _ when cell.StartsWith('✖') => new Style(Color.Red),
        _ => Style.Plain,
    };

    private static string ToYaml(JsonElement value) =>
        new SerializerBuilder().Build().Serialize(Plain(value) ?? "null");

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(member => member.Name, member => Plain(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static IAnsiConsole Make(TextWriter writer, bool isTerminal, bool noColor)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal && !noColor ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }
}
