using System.Text.Json;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>Compares what is sent and answered with <see cref="ApiFacts"/>, field by field.</summary>
internal static class ApiCheck
{
    /// <summary>The call that a request is; null: LINSTOR has no such call.</summary>
    public static (string Method, string Path, string Takes, int Status, string Gives)? Call(string method, string path)
    {
        var parts = path.Split('/');
        var found = ApiFacts.Calls.Where(call => call.Method == method && call.Path.Split('/') is var wanted && wanted.Length == parts.Length
            && wanted.Zip(parts).All(pair => pair.First == "*" ? pair.Second.Length > 0 : pair.First == pair.Second)).ToList();
        return found.Count == 0 ? null : found[0];
    }

    /// <summary>What of this does not keep the form; empty: it is right.</summary>
    public static IReadOnlyList<string> Against(string form, JsonElement element, string place = "body")
    {
        var wrong = new List<string>();
        Compare(form, element, place, wrong);
        return wrong;
    }

    private const string Sectioned = "DrbdOptions/";

    private static bool IsOption(string name, string value) => ApiFacts.Options.TryGetValue(name, out var form) && (form.Length == 0 || form.Split('|').Any(word => word == value
        || (word.Split('-') is [var least, var most] && int.TryParse(least, out var from) && int.TryParse(most, out var to) && int.TryParse(value, out var number) && number >= from && number <= to)));

    private static void Compare(string form, JsonElement element, string place, List<string> wrong)
    {
        switch (form[0])
        {
            case '[':
                Check(element.ValueKind == JsonValueKind.Array, form, place, wrong);
                foreach (var item in element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().ToList() : [])
                {
                    Compare(form[1..^1], item, $"{place}[]", wrong);
                }

                break;
            case '{':
                Check(element.ValueKind == JsonValueKind.Object, form, place, wrong);
                foreach (var item in element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().ToList() : [])
                {
                    Compare(form[1..^1], item.Value, $"{place}.*", wrong);
                }

                break;
            case 'P' when form == "Props":
                Compare("{text}", element, place, wrong);
                wrong.AddRange(element.ValueKind != JsonValueKind.Object ? [] : element.EnumerateObject().Where(item => item.Name.StartsWith(Sectioned, StringComparison.Ordinal) && item.Name[Sectioned.Length..].Contains('/', StringComparison.Ordinal))
                    .Where(item => !IsOption(item.Name[Sectioned.Length..], item.Value.ToString())).Select(item => $"{place} has no option {item.Name} that may be {item.Value}"));
                break;
            case >= 'A' and <= 'Z':
                Fields(form, element, place, wrong);
                break;
            default:
                Check(form switch
                {
                    "text" => element.ValueKind == JsonValueKind.String,
                    "bool" => element.ValueKind is JsonValueKind.True or JsonValueKind.False,
                    "number" => element.ValueKind == JsonValueKind.Number,
                    _ => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out _),
                }, form, place, wrong);
                break;
        }
    }

    private static void Fields(string form, JsonElement element, string place, List<string> wrong)
    {
        var fields = ApiFacts.Forms[form].Split(' ').Select(field => field.Split(':')).ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            wrong.Add($"{place} must be {form}");
            return;
        }

        wrong.AddRange(fields.Where(field => field.Value.EndsWith('!') && !element.TryGetProperty(field.Key, out _)).Select(field => $"{place}.{field.Key} of {form} is missing"));
        foreach (var item in element.EnumerateObject())
        {
            if (fields.TryGetValue(item.Name, out var wanted))
            {
                Compare(wanted.TrimEnd('!'), item.Value, $"{place}.{item.Name}", wrong);
            }
            else
            {
                wrong.Add($"{form} has no field {place}.{item.Name}");
            }
        }
    }

    private static void Check(bool isRight, string form, string place, List<string> wrong)
    {
        if (!isRight)
        {
            wrong.Add($"{place} must be {form}");
        }
    }
}
