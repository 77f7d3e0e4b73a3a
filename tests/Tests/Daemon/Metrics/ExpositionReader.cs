using System.Globalization;
using System.Text;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>A second opinion on the text format: reads samples back, knows nothing of the writer.</summary>
internal static class ExpositionReader
{
    public static List<(string Name, IReadOnlyDictionary<string, string> Labels, double Value)> Read(string body)
    {
        var samples = new List<(string, IReadOnlyDictionary<string, string>, double)>();
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var nameEnd = line.IndexOfAny([' ', '{']);
            var labels = new Dictionary<string, string>(StringComparer.Ordinal);
            var at = nameEnd;
            if (line[at] == '{')
            {
                at = ReadLabels(line, at + 1, labels);
            }

            samples.Add((line[..nameEnd], labels, Number(line[(at + 1)..])));
        }

        return samples;
    }

    /// <summary>One text per series; two equal ones are a duplicate series.</summary>
    public static List<string> Identities(string body) =>
        [.. Read(body).Select(s => s.Name + string.Concat(s.Labels.OrderBy(l => l.Key).Select(l => $"\u0001{l.Key}\u0002{l.Value}")))];

    private static int ReadLabels(string line, int at, Dictionary<string, string> labels)
    {
        while (line[at] != '}')
        {
            var equals = line.IndexOf('=', at);
            var name = line[at..equals];
            var value = new StringBuilder();
            at = equals + 2;
            for (; line[at] != '"'; at++)
            {
                if (line[at] == '\\')
                {
                    at++;
                    value.Append(line[at] == 'n' ? '\n' : line[at]);
                }
                else
                {
                    value.Append(line[at]);
                }
            }

            labels.Add(name, value.ToString());
            at += line[at + 1] == ',' ? 2 : 1;
        }

        return at + 1;
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
