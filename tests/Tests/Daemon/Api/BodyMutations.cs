using System.Text;

namespace NodeAgent.Tests.Daemon.Api;

/// <summary>Wrong bodies made of a right one; the same seed makes the same body.</summary>
internal static class BodyMutations
{
    private static readonly string[] Values =
    [
        "null", "\"\"", "\"../../etc\"", "\"a/b\"", "\"\\u0000\"", "\"\\u001b[31m\"", "\"\\ud800\"", "-1", "0", "1e999", "9223372036854775808",
        "1.5", "true", "[]", "[null]", "{}", "{\"a\":{\"b\":[1,2]}}", "\"tank:\"", "\":db\"", "\"a:b:c\"", "\"UPPER\"", "\"" + new string('x', 5000) + "\"",
        "[\"n1\",\"n1\"]", "[\"\"]", "\"nosuch\"", "\"db@one\"", "\"-rf\"", "\"{folder}\"",
    ];

    public static byte[] Make(string right, int seed)
    {
        var random = new Random(seed);
        return (seed % 5) switch
        {
            0 => Encoding.UTF8.GetBytes(Replace(right, random)),
            1 => Encoding.UTF8.GetBytes(Replace(Replace(right, random), random)),
            2 => Flip(Encoding.UTF8.GetBytes(right), random),
            3 => Encoding.UTF8.GetBytes(right[..random.Next(right.Length)]),
            _ => Encoding.UTF8.GetBytes(seed % 2 == 0 ? Values[random.Next(Values.Length)] : new string('[', random.Next(1, 3000))),
        };
    }

    /// <summary>Puts another value behind one of the colons.</summary>
    private static string Replace(string right, Random random)
    {
        var colons = Enumerable.Range(0, right.Length).Where(at => right[at] == ':' && at > 0 && right[at - 1] == '"').ToList();
        if (colons.Count == 0)
        {
            return Values[random.Next(Values.Length)];
        }

        var at = colons[random.Next(colons.Count)] + 1;
        var end = right.IndexOfAny([',', '}'], at);
        return right[..at] + Values[random.Next(Values.Length)] + right[(end < 0 ? right.Length : end)..];
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (var flips = 1 + random.Next(4); flips > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
