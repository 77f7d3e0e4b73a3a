using System.Globalization;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A whole number within bounds.</summary>
internal sealed class NumberKind(int least, int most) : FieldKind
{
    public override string Rule => $"number, {least} to {most}";

    public override Parsed Parse(string text)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return Parsed.No($"'{text}' is not a whole number", $"Write a number from {least} to {most}");
        }

        return number >= least && number <= most
            ? Parsed.Ok((int)number)
            : Parsed.No($"{number} is out of range", $"Write a number from {least} to {most}");
    }
}
