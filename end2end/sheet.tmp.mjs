import { chromium } from '@playwright/test';
const [,, out, width, maxh, ...files]=process.argv;
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--allow-file-access-from-files']});
const p=await b.newPage({viewport:{width:(+width+8)*files.length,height:+maxh}});
const fs=await import('fs');
const imgs=files.map(f=>`<div style="width:${width}px;height:${maxh}px;overflow:hidden;border-right:2px solid red"><img style="width:${width}px" src="data:image/png;base64,${fs.readFileSync(f).toString('base64')}"></div>`).join('');
await p.setContent(`<body style="margin:0;display:flex">${imgs}</body>`);
await p.screenshot({path:out});
await b.close();
