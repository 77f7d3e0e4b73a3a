using System.CommandLine;
using System.Text;

namespace NodeAgent.Daemon.Cli.Completion;

/// <summary>
/// The completion for bash. Verbs and options are in the script, so that a key press starts no process; only live names
/// are asked for, from the agent.
/// </summary>
internal static class BashScript
{
    private const string Head = """
        # bash completion for nodeagent. Made by 'nodeagent completion bash'; do not edit.
        _nodeagent() {
            local line=${COMP_LINE:0:COMP_POINT} cur path='' word words='' options='' source='' prev='' count=0
            local -a typed
            cur=${line##*[[:space:]]}
            read -ra typed <<< "${line%"$cur"}"
            for word in "${typed[@]:1}"; do
                case "$path/$word" in

        """;

    private const string Middle = """
                    */-*) ;;
                    *) case "$prev" in -*) ;; *) ((count++)) ;; esac ;;
                esac
                prev=$word
            done

        """;

    private const string Tail = """
            # Options where they are begun, or where nothing else fits.
            [[ $cur == -* || -z $words$source ]] && words=$options source=''
            case "$source" in
                =*) words=${source#=} ;;
                files) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); compopt -o filenames 2>/dev/null; return ;;
                ?*) words="$words $(nodeagent complete "$source" "$cur" 2>/dev/null)" ;;
            esac
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
            # bash replaces only what follows the last of these.
            local done=${cur%"${cur##*[:=@]}"} i
            for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$done"}; done
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[@] ]] && compopt -o nospace 2>/dev/null
        }
        complete -F _nodeagent nodeagent

        """;

    public static string Make(RootCommand root)
    {
        var verbs = CompletionWords.Verbs(root);
        var text = new StringBuilder(Head);
        foreach (var (path, _) in verbs.Where(entry => entry.Path.Length > 0))
        {
            var cut = path.LastIndexOf(' ');
            var (parent, name) = cut < 0 ? ("", path) : (path[..cut], path[(cut + 1)..]);
            text.Append($"            '{parent}/{name}') path='{path}'; count=0 ;;\n");
        }

        text.Append(Middle).Append("    case \"$path\" in\n");
        foreach (var (path, verb) in verbs)
        {
            var words = verb.Subcommands.Where(below => !below.Hidden).Select(below => below.Name);
            var options = CompletionWords.Options(root, verb).SelectMany(option => option.Aliases.Prepend(option.Name))
                .Where(name => name[0] == '-').Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            text.Append($"        '{path}') words='{string.Join(' ', words)}' options='{string.Join(' ', options)}'\n");
            for (var index = 0; index < verb.Arguments.Count; index++)
            {
                if (CompletionWords.SourceOf(verb.Arguments[index].Name) is { Length: > 0 } source)
                {
                    text.Append($"            [[ $count -eq {index} && $cur != -* ]] && source='{source}'\n");
                }
            }

            text.Append("            ;;\n");
        }

        text.Append("    esac\n    case \"$prev\" in\n");
        foreach (var option in verbs.SelectMany(entry => CompletionWords.Options(root, entry.Verb)).DistinctBy(option => option.Name).OrderBy(option => option.Name, StringComparer.Ordinal))
        {
            if (CompletionWords.SourceOf(option.Name) is { Length: > 0 } source)
            {
                text.Append($"        {string.Join('|', option.Aliases.Prepend(option.Name).Distinct(StringComparer.Ordinal))}) words='' options=''; source='{source}' ;;\n");
            }
            else if (option.ValueType != typeof(bool) && option is not (System.CommandLine.Help.HelpOption or VersionOption))
            {
                text.Append($"        {option.Name}) return ;;\n");
            }
        }

        return text.Append("    esac\n").Append(Tail).ToString();
    }
}
