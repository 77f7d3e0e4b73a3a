using System.Text;

namespace NodeAgent.Tests.Daemon.Configuration;

/// <summary>Spoils a file in one of the ways in which files are spoilt.</summary>
internal static class FileMutation
{
    private static readonly string[] Pieces =
        ["[]", "{}", "-1", "~", "'", "\"", "&a", "*a", "!!map", "|", ">", "\t", "---", "...", "%YAML 9.9", "? ", "- ", "<<: ", "9999999999999999999", "true", "\0", "\uFEFF", "{", "]"];

    public static byte[] Of(byte[] bytes, Random random)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n').ToList();
        var at = random.Next(lines.Count);
        switch (random.Next(6))
        {
            case 0:
                var flipped = (byte[])bytes.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                lines.RemoveAt(at);
                break;
            case 2:
                lines.Insert(at, lines[random.Next(lines.Count)]);
                break;
            case 3:
                lines[at] = Swap(lines[at], random);
                break;
            case 4:
                lines[at] = lines[at].Insert(random.Next(lines[at].Length + 1), Pieces[random.Next(Pieces.Length)]);
                break;
            default:
                return bytes[..random.Next(1, bytes.Length + 1)];
        }

        var text = string.Join('\n', lines);
        return Encoding.Latin1.GetBytes(text.Length == 0 ? "#" : text);
    }

    /// <summary>Puts a value of another type behind a colon.</summary>
    private static string Swap(string line, Random random)
    {
        var colons = Enumerable.Range(0, line.Length).Where(index => line[index] == ':').ToArray();
        return colons.Length == 0
            ? line
            : $"{line[..(colons[random.Next(colons.Length)] + 1)]} {Pieces[random.Next(Pieces.Length)]}";
    }
}
