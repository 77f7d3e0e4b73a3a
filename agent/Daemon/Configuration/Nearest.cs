namespace NodeAgent.Daemon.Configuration;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The closest of the known words, or null if none is close.</summary>
    public static string? To(string word, IEnumerable<string> known)
    {
        var wanted = Plain(word);
        if (wanted.Length is 0 or > 64)
        {
            return null;
        }

        var allowed = Math.Max(1, Math.Min(3, wanted.Length / 3));
        return known
            .Select(candidate => (candidate, distance: Distance(wanted, Plain(candidate))))
            .Where(pair => pair.distance <= allowed)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>rateLimit, rate-limit and rate_limit are the same slip.</summary>
    private static string Plain(string word) =>
        new([.. word.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>Letters to insert, drop, change or swap with their neighbour.</summary>
    private static int Distance(string from, string to)
    {
        int[][] rows = [.. Enumerable.Range(0, from.Length + 1).Select(_ => new int[to.Length + 1])];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                rows[i][j] = (i, j) is (0, _) or (_, 0) ? i + j : Step(rows, from, to, i, j);
            }
        }

        return rows[from.Length][to.Length];
    }

    private static int Step(int[][] rows, string from, string to, int i, int j)
    {
        var change = rows[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        var best = Math.Min(change, 1 + Math.Min(rows[i - 1][j], rows[i][j - 1]));
        var isSwap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
        return isSwap ? Math.Min(best, rows[i - 2][j - 2] + 1) : best;
    }
}
