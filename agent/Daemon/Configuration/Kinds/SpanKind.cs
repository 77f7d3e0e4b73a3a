using System.Globalization;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A span that may be short or have a fraction: 200ms, 1.5s, 2m. A number without a unit is seconds.</summary>
internal sealed class SpanKind(TimeSpan most) : FieldKind
{
    private static readonly (string Name, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];

    public override string Rule => "span, such as 200ms, 1.5s or 2m; a number alone is seconds";

    public override Parsed Parse(string text)
    {
        var digits = text.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.').Count();
        var unit = Units.FirstOrDefault(candidate => candidate.Name == text[digits..].Trim());
        if (unit.Name is null || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return Parsed.No($"'{text}' is not a span of time", "Write a number and ms, s, m or h, such as 1.5s");
        }

        return number * unit.Seconds <= most.TotalSeconds
            ? Parsed.Ok(TimeSpan.FromSeconds(number * unit.Seconds))
            : Parsed.No($"{text} is too long", FormattableString.Invariant($"Write at most {most.TotalMinutes:0}m"));
    }

    public override string Show(object value) => string.Create(CultureInfo.InvariantCulture, $"{((TimeSpan)value).TotalSeconds:0.###}s");
}
