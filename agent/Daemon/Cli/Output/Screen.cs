using System.Text.Encodings.Web;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using Spectre.Console;
using YamlDotNet.Serialization;

namespace NodeAgent.Daemon.Cli.Output;

/// <summary>Where verbs show things: data to standard output, everything else to standard error.</summary>
internal sealed class Screen
{
    // Never wrap: a terminal breaks long lines itself, a pipe wants them whole.
    private const int Width = 100_000;

    // Quotes and letters as they are: this is read by people and jq, never put into a web page.
    private static readonly JsonSerializerOptions Indented = new(WireJson.Indented) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new(WireJson.Compact) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly CliSurroundings around;
    private readonly IAnsiConsole output;
    private readonly IAnsiConsole errors;

    public Screen(OutputFormat format, CliSurroundings around, bool noColor)
    {
        Format = format;
        this.around = around;
        output = Make(around.Output, around.IsOutputTerminal, noColor);
        errors = Make(around.Error, around.IsErrorTerminal, noColor);
    }

    public OutputFormat Format { get; }

    /// <summary>Shows a value: as it is for machines, through <paramref name="people"/> for people.</summary>
    public void Show<T>(T value, Action<T> people)
    {
        switch (Format)
        {
            case OutputFormat.Json:
                around.Output.WriteLine(JsonSerializer.Serialize(value, Indented));
                break;
            case OutputFormat.Yaml:
                around.Output.Write(ToYaml(JsonSerializer.SerializeToElement(value, WireJson.Compact)));
                break;
            default:
                people(value);
                break;
        }
    }

    /// <summary>Shows a value that follows others: in place for people, one line or document each for machines.</summary>
    public void Again<T>(T value, Action<T> people)
    {
        switch (Format)
        {
            case OutputFormat.Json:
                around.Output.WriteLine(JsonSerializer.Serialize(value, OneLine));
                break;
            case OutputFormat.Yaml:
                around.Output.WriteLine("---");
                Show(value, people);
                break;
            default:
                Clear();
                people(value);
                break;
        }

        around.Output.Flush();
    }

    /// <summary>A table: heads in capitals, no lines, columns that never wrap. Without rows it says so.</summary>
    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows, string? none = null)
    {
        List<IReadOnlyList<string>> all = [[.. heads.Select(head => head.ToUpperInvariant())], .. rows.Select(row => row.Select(Fit).ToList())];
        if (all.Count == 1 && none is not null)
        {
            Note(none);
            return;
        }

        var isHead = true;
        foreach (var row in TableLayout.Pad(all))
        {
            foreach (var cell in row.Where(cell => cell.Length > 0))
            {
                output.Write(new Text(cell, isHead ? new Style(decoration: Decoration.Bold) : StyleOf(cell)));
            }

            around.Output.WriteLine();
            isHead = false;
        }
    }

    /// <summary>A line of data.</summary>
    public void Line(string text)
    {
        if (text.Length > 0)
        {
            output.Write(new Text(Fit(text), StyleOf(text)));
        }

        around.Output.WriteLine();
    }

    /// <summary>A line that is not data.</summary>
    public void Note(string text) => around.Error.WriteLine(Fit(text));

    /// <summary>A fault; gives the exit code.</summary>
    public int Fail(Fault fault)
    {
        if (Format == OutputFormat.Json)
        {
            around.Error.WriteLine(JsonSerializer.Serialize(fault, Indented));
        }
        else
        {
            errors.Write(new Text("error: ", new Style(Color.Red, decoration: Decoration.Bold)));
            around.Error.WriteLine($"{fault.What}: {fault.Why}{(fault.Native is { Length: > 0 } native ? $" ({native})" : "")}");
            if (fault.NextStep.Length > 0)
            {
                around.Error.WriteLine($"hint: {fault.NextStep}");
            }
        }

        return fault.Facts.ContainsKey("socket") ? ExitCode.AgentUnreachable : ExitCode.Of(fault.Code);
    }

    private static Style StyleOf(string cell) => cell switch
    {
        _ when cell.StartsWith(Marks.Good, StringComparison.Ordinal) => new Style(Color.Green),
        _ when cell.StartsWith(Marks.Warning, StringComparison.Ordinal) || cell.StartsWith('!') => new Style(Color.Yellow),
        _ when cell.StartsWith(Marks.Bad, StringComparison.Ordinal) => new Style(Color.Red),
        _ => Style.Plain,
    };

    private string Fit(string text) => around.IsUtf8 ? text : Marks.ToAscii(text);

    private void Clear()
    {
        if (around.IsOutputTerminal && around.Variable("TERM") is not (null or "" or "dumb"))
        {
            // Cursor to the top, rest of the screen away: no flicker, and what scrolled by stays.
            around.Output.Write("\u001b[H\u001b[J");
        }
    }

    private static string ToYaml(JsonElement value) =>
        new SerializerBuilder().WithQuotingNecessaryStrings(quoteYaml1_1Strings: true).Build().Serialize(Plain(value) ?? "null");

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
            Ansi = isTerminal && !noColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = Width;
        return console;
    }
}
