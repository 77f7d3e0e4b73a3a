namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A duration with its unit.</summary>
internal sealed class DurationKind(TimeSpan least, TimeSpan most) : FieldKind
{
    private static readonly (string Name, long Seconds)[] Units = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1)];

    public override string Rule => $"duration, {Text(least)} to {Text(most)}";

    public override Parsed Parse(string text)
    {
        if (Quantity.Split(text) is not { } quantity)
        {
            return Parsed.No($"'{text}' is not a duration", "Write a whole number and s, m, h or d, such as 60s");
        }

        var unit = Units.FirstOrDefault(candidate => candidate.Name == quantity.Unit);
        if (unit.Name is null)
        {
            var wrong = quantity.Unit.Length == 0 ? $"'{text}' has no unit" : $"'{quantity.Unit}' is not a unit of time";
            return Parsed.No(wrong, $"Write s, m, h or d after the number, such as {quantity.Number}s");
        }

        var seconds = Quantity.Times(quantity.Number, unit.Seconds);
        return seconds >= least.TotalSeconds && seconds <= most.TotalSeconds
            ? Parsed.Ok(TimeSpan.FromSeconds(seconds))
            : Parsed.No($"{text} is out of range", $"Write a duration from {Text(least)} to {Text(most)}");
    }

    public override string Show(object value) => Text((TimeSpan)value);

    private static string Text(TimeSpan value)
    {
        var seconds = (long)value.TotalSeconds;
        var (name, factor) = Units.First(unit => seconds % unit.Seconds == 0);
        return $"{seconds / factor}{name}";
    }
}
