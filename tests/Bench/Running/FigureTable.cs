namespace NodeAgent.Bench.Running;

/// <summary>The figures for people.</summary>
internal static class FigureTable
{
    public static void Print(IReadOnlyList<Figure> figures, TextWriter output)
    {
        string[][] rows =
        [
            ["Benchmark", "Value", "Unit", "Peer", "Peer value", "Ratio", "Bar", ""],
            .. figures.Select(figure => new[]
            {
                figure.Name, Text(figure.Value), figure.Unit, figure.Peer ?? "-", Text(figure.PeerValue), Text(figure.Ratio),
                figure.Bar?.Text ?? "-", figure.Bar is { } bar ? (bar.IsMet ? "met" : "MISSED") : "",
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string Text(double? value) => value is { } number ? number.ToString("0.##") : "-";
}
