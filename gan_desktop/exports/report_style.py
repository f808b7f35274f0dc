"""How the report looks, in light and dark: the colours of the window."""

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --ink: #1d2127; --dim: #6a717c; --line: #dfe2e7; --card: #f6f7f9;
  --d: #0072b2; --g: #e69f00; --bad: #c8361d; --watch: #b07800; --good: #2f8f4e; }
@media (prefers-color-scheme: dark) { :root { --ground: #17191d; --ink: #e7e9ec; --dim: #9aa2ad; --line: #343941;
  --card: #1f2227; --d: #56b4e9; --g: #f0b030; --bad: #ff7a5c; --watch: #f0c060; --good: #67c587; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 26px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 36px 0 10px; }
h3 { font-size: 14px; margin: 20px 0 4px; color: var(--dim); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 500; } td { overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
pre { background: var(--card); padding: 14px 16px; border-radius: 8px; overflow-x: auto; font-size: 13px; }
figure { display: inline-block; margin: 0 14px 14px 0; width: calc(50% - 18px); vertical-align: top; }
figure img { width: 100%; image-rendering: pixelated; border-radius: 6px; border: 1px solid var(--line); }
figcaption, footer { color: var(--dim); font-size: 13px; } footer { margin-top: 40px; }
svg { width: 100%; height: auto; display: block; }
svg text { fill: var(--dim); font-size: 12px; } svg .grid { stroke: var(--line); }
svg polyline { fill: none; stroke-width: 1.5; } polyline.d { stroke: var(--d); } polyline.g { stroke: var(--g); }
svg .band { opacity: .22; } .band.d { fill: var(--d); } .band.g { fill: var(--g); }
svg .mark { stroke-dasharray: 3 3; } .mark.alert { stroke: var(--bad); } .mark.change { stroke: var(--dim); }
svg .level { stroke: var(--good); stroke-dasharray: 6 4; }
.key { margin-right: 14px; } .key::before { content: ""; display: inline-block; width: 18px; height: 3px;
  margin-right: 6px; vertical-align: middle; background: currentColor; }
.key.d { color: var(--d); } .key.g { color: var(--g); }
.key.alert { color: var(--bad); } .key.change { color: var(--dim); }
.lights { list-style: none; padding: 0; margin: 0; } .lights li { padding: 3px 0 3px 22px; position: relative; }
.lights li::before { content: ""; position: absolute; left: 0; top: 10px; width: 10px; height: 10px;
  border-radius: 50%; background: var(--dim); }
.lights .good::before { background: var(--good); } .lights .watch::before { background: var(--watch); }
.lights .bad::before { background: var(--bad); } .lights b { text-transform: capitalize; margin-right: 6px; }
"""
