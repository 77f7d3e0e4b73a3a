namespace NodeAgent.Daemon.Cli.Output;

/// <summary>
/// Lays rows out in columns. Never wraps and never cuts: a terminal that is too narrow breaks lines itself, and nothing
/// is lost.
/// </summary>
internal static class TableLayout
{
    private const int Gap = 2;

    /// <summary>The cells padded to their columns; the last one of a row is not.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Pad(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = Enumerable.Range(0, rows.Max(row => row.Count))
            .Select(column => rows.Where(row => column < row.Count).Max(row => row[column].Length))
            .ToList();
        return [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select((cell, column) =>
            row.Skip(column + 1).All(later => later.Length == 0) ? cell : cell.PadRight(widths[column] + Gap))])];
    }
}
